// What the page knows of its designs: look-ups in the data, so that no screen reads its columns itself.

const NO = 0, YES = 1, UNDECIDED = 2, NO_TREATY = 3;
const FIRST_YEARS = 10, MOST_YEARS = 63;

/** The data with questions that screens ask of it. Designs are numbers; parties are numbers. */
function tableOf(data) {
  const sizes = data.axes.map((axis) => axis.values.length);
  const of = (column, design) => data.designs[column][design];
  const text = (number) => (number === null || number === undefined || number < 0 ? "" : data.strings[number] ?? "");
  const inSet = (set, k) => ((set >> k) & 1) === 1;
  const parties = (set) => data.parties.map((_, k) => k).filter((k) => inSet(set, k));
  const names = (set) => parties(set).map((k) => data.parties[k].name);
  const years = Math.max(1, ...data.autos.map((auto) => auto.years));

  const table = {
    data, text, parties, names,
    /** What tells this page from others: the treaty's file, and which of its designs are on the page. */
    mark: `${data.source} ${JSON.stringify(data.axes.map((axis) => [axis.path, axis.raw]))}`,
    count: data.designs.verdict.length,

    /** Index of the chosen value per axis, and back. */
    terms(design) {
      const out = [];
      for (let k = sizes.length - 1; k >= 0; k--) {
        out.unshift(design % sizes[k]);
        design = Math.floor(design / sizes[k]);
      }
      return out;
    },
    number: (terms) => terms.reduce((sum, value, k) => sum * sizes[k] + value, 0),

    verdict: (design) => of("verdict", design),
    margin: (design) => of("margin", design),
    values: (design) => of("values", design) ?? [],
    of,

    /** What is true of a design, as a prediction is held against it; null where that is not known. */
    truth(design) {
      const verdict = of("verdict", design);
      if (verdict !== NO && verdict !== YES) return null;
      if (verdict === YES) return { kept: true, who: [], year: 0 };
      // Mistakes break it now and then: what is likelier within the years lived through is true, in no certain year.
      if (table.lasts(design)) {
        return of("broken_chance", design) < 0.5 ? { kept: true, who: [], year: 0 }
          : { kept: false, who: parties(of("broken_by", design)), year: 0 };
      }
      const tempted = of("tempted", design);
      // A plan that rarely breaks it says less about who breaks it than who gains by it.
      const likely = of("broken_by", design) && !table.rarely(design);
      const set = likely ? of("broken_by", design) : tempted >= 0 ? 1 << tempted : of("broken_by", design);
      const year = likely ? of("broken_year", design) : of("tempted_year", design);
      return { kept: false, who: parties(set), year };
    },

    /** Lines of margins by year of a party: {kept, lost}, each null where there is none. */
    lines(design, party) {
      const line = (column) => data.lines[of(column, design)?.[party] ?? -1] ?? null;
      return { kept: line("kept"), lost: line("lost") };
    },

    /** What is lived through under a design: {auto, pay, mean, worth}, or null. */
    play: (design) => data.plays[of("play", design)] ?? null,

    /** Whether a treaty that cannot be kept in every year has a plan by which it is kept all the same more often than not. */
    rarely: (design) => of("verdict", design) === NO && of("play", design) >= 0 && of("broken_chance", design) < 0.5,

    /** How long it lasts before mistakes break it off; empty where it is kept for ever, or simply broken. */
    lasts: (design) => text(of("lasts", design)),

    /** Clauses of a set in words: "Article 21: Sunset". */
    clauses: (set) => data.clauses.filter((_, k) => inSet(set, k)).map((clause) => clause.label),

    /** Years that a prediction may name. */
    years: Math.min(MOST_YEARS, Math.max(years, ...data.designs.tempted_year, data.autos.length ? 1 : FIRST_YEARS)),
  };
  return table;
}

/** "Article 21", and what is no article as it is written. */
const articled = (article) => (/^\d/.test(article) ? `Article ${article}` : article);

/** A design as the block that a treaty file takes among its variants; `raw` is a value per axis as the file writes it. */
function variantBlock(axes, name, raw) {
  const written = (value) => (Array.isArray(value) ? `[${value.map(written).join(", ")}]` : JSON.stringify(value));
  const set = axes.map((axis, k) => `${JSON.stringify(axis.path)} = ${written(raw[k])}`).join(", ");
  return `[[variant]]\nname = ${JSON.stringify(name)}\nset = { ${set} }\n`;
}

/** What somebody types as the value of a term: a number if it is one, else a word. */
function typed(text) {
  const plain = text.trim();
  return plain !== "" && Number.isFinite(Number(plain)) ? Number(plain) : plain;
}
