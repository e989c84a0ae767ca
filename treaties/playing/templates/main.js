// The page: one screen at a time, kept in the tab; `#class` is the teacher's.

const SCREENS = {
  role: ["Role", roleScreen], draft: ["Write", draftScreen], predict: ["Predict", predictScreen], live: ["Live", liveScreen],
  verdict: ["Verdict", verdictScreen], amend: ["Amend", amendScreen], sign: ["Sign", signScreen],
};

/** What screens may do to the page: redraw themselves, go on, note something in the log. */
function pageOf(table, root) {
  const { session, keep, forget } = keptSession(table);
  const page = {
    table, session,
    keep: () => keep(session),
    note(entry) { session.log.push(entry); keep(session); },
    noteYear() {
      const year = livedGame(table, session).past.at(-1);
      page.note({ what: "year", year: year.year, did: year.said.map(table.text), paid: year.paid });
    },
    go(screen) {
      if (screen === "verdict") {
        const design = designOf(table, roundOf(session));
        page.note({ what: "verdict", round: session.round + 1, design, verdict: verdictWord(table, design), margin: table.margin(design), certificate: table.of("hash", design) });
      }
      session.screen = screen;
      keep(session);
      page.draw();
      window.scrollTo(0, 0);
      root.querySelector("h1").focus({ preventScroll: true });
    },
    /** Draws the screen anew and puts the focus back where it was. */
    redraw() {
      const at = document.activeElement, again = at && [at.id && `#${at.id}`, at.name && `[name="${at.name}"]:checked`].find(Boolean);
      keep(session);
      page.draw();
      (again && root.querySelector(again) || root.querySelector(".moves button, h1")).focus({ preventScroll: true });
    },
    draw() {
      const content = SCREENS[session.screen][1](page);
      root.querySelectorAll("h1").forEach((heading) => heading.remove());
      root.replaceChildren(steps(session), ...[content].flat(9).filter(Boolean));
      root.querySelector("h1").tabIndex = -1;
    },
    /** The way on: a button that says what is missing as long as something is. */
    onward(label, act, ...beside) {
      const missing = h("p", { class: "missing", role: "alert" });
      return h("div", { class: "onward no-print" }, missing,
        button(label, () => { missing.textContent = act() ?? ""; }, { class: "primary", id: "onward" }), beside);
    },
    anew() {
      if (!window.confirm("Forget this game and begin anew? Save what you did first.")) return;
      forget();
      window.location.reload();
    },
  };
  return page;
}

function steps(session) {
  const names = Object.keys(SCREENS), at = names.indexOf(session.screen);
  return h("ol", { class: "steps no-print", "aria-label": "Steps" }, names.map((name, k) =>
    h("li", { class: k < at ? "done" : null, "aria-current": k === at ? "step" : null }, SCREENS[name][0])));
}

async function begin() {
  const root = document.getElementById("page");
  try {
    const table = tableOf(await unpacked(document.getElementById("packed").textContent.trim()));
    // For tests and for curious pairs: one game from a seed, codes and their pictures.
    window.servanda = { table, play: (seed, design = table.data.text) => averages(table, design, seed), Codes, QR };
    const show = () => {
      document.body.classList.toggle("class", window.location.hash === "#class");
      if (window.location.hash === "#class") root.replaceChildren(...teacherView(table));
      else pageOf(table, root).draw();
    };
    window.addEventListener("hashchange", show);
    show();
  } catch (error) {
    root.replaceChildren(h("h1", null, "The page could not begin"), h("p", { role: "alert" }, error.message));
  }
}

begin();
