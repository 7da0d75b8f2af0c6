// Price books in JupyterLab: colours for `.rate` files and `%%pricebook` cells, and the cells' text for the language
// server. A prebuilt extension without a build: JupyterLab loads this file and hands over its own shared modules.
'use strict';
(() => {
  const NAME = 'ratebook';
  // What the language server calls the language. The editor's own language has another name on purpose: jupyterlab-lsp
  // sets the mode of cells by name, remembers a wrong one to go back to, and would fight with the plugin for cells.
  const LANGUAGE = 'ratebook';
  const SHOWN = 'Price book';
  const MIME = 'text/x-ratebook';
  const MAGIC = /^%%pricebook\b/;
  const WORDS = {"declarations": ["add_on", "band", "book", "calendar", "charge", "contract", "coupon", "currency", "dimension", "dunning", "feature", "index", "meter", "phase", "plan", "tax", "unit", "wallet"], "keywords": ["a", "above", "absorb", "adds", "after", "alert", "amendment", "and", "any", "apply", "as", "at", "below", "bill", "billable", "billed", "billing", "binary", "by", "cap", "carried", "collect", "commit", "committed", "corrections", "coterm", "count", "credit", "day", "decimal", "decimals", "discount", "draw", "draws", "due", "each", "earlier", "early", "end", "escalate", "event", "events", "every", "everything", "example", "except", "expect", "expires", "failure", "finally", "first", "flat", "follow", "for", "forever", "free", "from", "gap", "given", "graduated", "grant", "grants", "highest", "holds", "holidays", "id", "in", "included", "known", "lasts", "lateness", "least", "licensed", "limit", "list", "matrix", "measure", "metered", "minimum", "most", "multiple", "not", "of", "on", "once", "or", "otherwise", "over", "overage", "override", "package", "paused", "pay", "payment", "pays", "per", "percentile", "period", "plus", "pool", "price", "priority", "prorate", "prorated", "quantity", "ratchet", "recharge", "redeem", "redemption", "redemptions", "removes", "retry", "rollover", "round", "rounded", "series", "session", "signed", "signup", "sliding", "sold", "source", "stack", "taxed", "then", "through", "tier", "timezone", "to", "top", "trial", "true", "tumbling", "up", "usage", "use", "used", "version", "volume", "weigh", "when", "where", "with", "within", "worth", "zero"], "atoms": ["add", "advance", "apr", "arrears", "aug", "automatically", "average", "cancel", "change", "changes", "daily", "dec", "down", "downgrade", "feb", "fri", "full", "half_even", "half_up", "half_yearly", "hard", "hourly", "integral", "invoice", "jan", "jul", "jun", "latest", "line", "manually", "mar", "max", "may", "min", "mon", "monthly", "multiply", "next", "none", "note", "nothing", "nov", "now", "oct", "order", "own", "quarterly", "running", "sat", "secondly", "sep", "soft", "sum", "sun", "thu", "time_weighted", "tue", "unique", "unprorated", "upgrade", "wed", "weekdays", "weekends", "weekly", "yearly"]};

  // ---------------------------------------------------------------- colours

  const DECLARATIONS = new Set(WORDS.declarations);
  const KEYWORDS = new Set(WORDS.keywords);
  const ATOMS = new Set(WORDS.atoms);
  // A pattern and its colour; a word's colour depends on where it stands
  const PIECES = [
    [/^#.*/, 'comment'],
    [/^"[^"]*"?/, 'string'],
    [/^[0-9]{4}-[0-9]{2}(-[0-9]{2})?(?![0-9])/, 'atom'],
    [/^[0-9]{2}-[0-9]{2}(?![0-9-])/, 'atom'],
    [/^[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?/, 'atom'],
    [/^[0-9][0-9_]*(\.[0-9_]+)?[ \t]*(%|bp(?![A-Za-z0-9_]))/, 'number'],
    [/^[0-9][0-9_]*(\.[0-9][0-9_]*)?/, 'number'],
    [/^[A-Z][A-Z0-9_]*(?=[ \t]*-?[ \t]*[0-9])/, 'typeName'],
  ];
  const WORD = /^[A-Za-z_][A-Za-z0-9_]*/;

  const mode = {
    name: SHOWN,
    startState: () => ({ first: true, named: false, depth: 0 }),
    copyState: state => ({ ...state }),
    token(stream, state) {
      if (stream.sol()) {
        state.first = true;
        state.named = false;
        if (stream.match(MAGIC)) {
          stream.skipToEnd();
          return 'meta';
        }
      }
      if (stream.eatSpace()) return null;
      const first = state.first;
      state.first = false;
      for (const [pattern, colour] of PIECES) {
        if (stream.match(pattern)) return colour;
      }
      const word = stream.match(WORD);
      if (word) return wordColour(word[0], first, state);
      const sign = stream.next();
      if (sign === '{') {
        state.depth += 1;
        state.first = true;
        state.named = false;
      } else if (sign === '}') {
        state.depth = Math.max(0, state.depth - 1);
        state.first = true;
      }
      return sign === '{' || sign === '}' ? 'bracket' : 'operator';
    },
    indent(state, after, context) {
      return Math.max(0, state.depth - (/^\s*\}/.test(after) ? 1 : 0)) * context.unit;
    },
    languageData: {
      commentTokens: { line: '#' },
      closeBrackets: { brackets: ['{', '(', '[', '"'] },
      indentOnInput: /^\s*\}$/,
      wordChars: '_',
    },
  };

  /** A declaring word at the start of its clause makes the next word a name; other words go by the grammar's lists. */
  function wordColour(word, first, state) {
    if (state.named) {
      state.named = false;
      return 'def';
    }
    if (first && DECLARATIONS.has(word)) {
      state.named = true;
      return 'keyword';
    }
    if (KEYWORDS.has(word) || DECLARATIONS.has(word)) return 'keyword';
    return ATOMS.has(word) ? 'atom' : 'variableName';
  }

  // ---------------------------------------------------------------- plugins

  function languagePlugin({ codemirror, language }) {
    return {
      id: `${NAME}:language`,
      description: 'Colours price books.',
      autoStart: true,
      requires: [codemirror.IEditorLanguageRegistry],
      activate: (app, languages) => {
        app.docRegistry.addFileType({
          name: NAME,
          displayName: SHOWN,
          extensions: ['.rate'],
          mimeTypes: [MIME],
          fileFormat: 'text',
          contentType: 'file',
        });
        languages.addLanguage({
          name: SHOWN,
          displayName: SHOWN,
          mime: MIME,
          extensions: ['rate'],
          support: new language.LanguageSupport(language.StreamLanguage.define(mode)),
        });
      },
    };
  }

  /** A cell that starts with the magic is a price book; it is Python again as soon as it does not. */
  function cellsPlugin({ codemirror, notebook }) {
    const follow = (panel, cell, languages) => {
      if (cell.type !== 'code') return;
      const settle = async () => {
        // the editor may still be loading the notebook's language, and would colour the cell with it afterwards
        await languages.getLanguage(cell.mimeType);
        setTimeout(() => {
          if (cell.isDisposed) return;
          const book = MAGIC.test(cell.sharedModel.getSource());
          if (book) cell.mimeType = MIME;
          else if (cell.mimeType === MIME) cell.mimeType = panel.content.codeMimetype;
        });
      };
      cell.contentChanged.connect(settle);
      cell.mimeTypeChanged.connect(settle);
      settle();
    };
    return {
      id: `${NAME}:cells`,
      description: 'Treats notebook cells that start with %%pricebook as price books.',
      autoStart: true,
      requires: [notebook.INotebookTracker, codemirror.IEditorLanguageRegistry],
      activate: (app, tracker, languages) => {
        tracker.widgetAdded.connect((_, panel) => {
          panel.context.ready.then(() => {
            const cells = panel.content.model.cells;
            for (const cell of cells) follow(panel, cell, languages);
            cells.changed.connect((_, change) => {
              for (const cell of change.newValues) if (cell) follow(panel, cell, languages);
            });
          });
        });
      },
    };
  }

  /** What stands below the magic's line is a document of its own for the language server. */
  const extractor = {
    language: LANGUAGE,
    standalone: true,
    fileExtension: 'rate',
    cellType: ['code'],
    hasForeignCode: code => MAGIC.test(code),
    extractForeignCode(code) {
      const lines = code.split('\n');
      if (lines.length < 2) return [{ hostCode: '', foreignCode: null, range: null, virtualShift: null }];
      const last = lines.length - 1;
      const range = { start: { line: 1, column: 0 }, end: { line: last, column: lines[last].length } };
      return [{ hostCode: '', foreignCode: lines.slice(1).join('\n'), range, virtualShift: null }];
    },
  };

  function extractorPlugin({ lsp }) {
    return {
      id: `${NAME}:extractor`,
      description: 'Gives the language server the price books of notebook cells.',
      autoStart: true,
      optional: [lsp.ILSPCodeExtractorsManager],
      activate: (app, extractors) => {
        if (extractors) extractors.register(extractor, 'python');
      },
    };
  }

  // ---------------------------------------------------------------- the contract of prebuilt extensions

  let scope = null;

  /** A shared module: the version that is loaded already, else any. */
  async function shared(name) {
    const versions = Object.values(scope[name] || {});
    const found = versions.find(one => one.loaded) || versions[0];
    if (!found) throw new Error(`${NAME}: JupyterLab shares no module ${name}`);
    return (await found.get())();
  }

  async function plugins() {
    const names = ['@jupyterlab/codemirror', '@codemirror/language', '@jupyterlab/notebook', '@jupyterlab/lsp'];
    const [codemirror, language, notebook, lsp] = await Promise.all(names.map(shared));
    return [languagePlugin({ codemirror, language }), cellsPlugin({ codemirror, notebook }), extractorPlugin({ lsp })];
  }

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB[NAME] = {
    init: given => {
      scope = given;
    },
    get: async () => {
      const all = await plugins();
      return () => ({ __esModule: true, default: all });
    },
  };
})();
