"""The analyst's desk without its page: a file as a draft, its terms as fields, its verdict after each change."""
