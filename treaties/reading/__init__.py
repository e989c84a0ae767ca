"""Treaty files: read, refused with every fault and its line, changed by variants; their schema."""
