/** The login page: plain HTML without a script, so that it works before anything else does. */

export type LoginState =
  /** Nothing tried yet. */
  | "fresh"
  /** The link was used before, or is of an earlier start. */
  | "link-used"
  | "wrong";

/** @param hasPassword is there a token or password to type in? */
export function loginPage(state: LoginState, hasPassword: boolean): string {
  const paragraphs = [...explanations[state], hasPassword ? withPassword : withoutPassword];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Log in · Millrace</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Millrace</h1>
${paragraphs.map((each) => `<p>${each}</p>`).join("\n")}
${hasPassword ? form : ""}
</main>
</body>
</html>
`;
}

const explanations: Readonly<Record<LoginState, readonly string[]>> = {
  fresh: [],
  "link-used": [
    '<strong role="alert">This link has been used, or belongs to an earlier start.</strong> A link works once.',
  ],
  wrong: [
    '<strong role="alert">That is neither the token nor the password.</strong> Check upper and lower case.',
  ],
};

const withoutPassword =
  "Open the link that Millrace printed when it started. For a new link, start Millrace again; or start it with " +
  "<code>--token TOKEN</code> and you can type that in here.";

const withPassword = "Type in the token or password Millrace was started with, or open the link it printed.";

const form = `<form method="post" action="/login">
<label for="secret">Token or password</label>
<input id="secret" name="secret" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>`;

const style = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f7f9, #12161c);
  color: light-dark(#1b2430, #e7ecf2); font: 14px/1.5 Inter, system-ui, sans-serif; }
main { width: min(400px, 100vw - 32px); padding: 24px; box-sizing: border-box; border-radius: 8px;
  background: light-dark(#ffffff, #1a2028); border: 1.5px solid light-dark(#d5dae1, #333c48); }
h1 { margin: 0 0 8px; font-size: 15px; }
p { margin: 0 0 12px; }
code { font-family: ui-monospace, monospace; }
form { display: grid; gap: 8px; }
label { font-weight: 600; }
input, button { font: inherit; padding: 8px 12px; border-radius: 8px; }
input { border: 1.5px solid light-dark(#8b95a3, #5d6876); background: light-dark(#ffffff, #12161c); color: inherit; }
button { border: 0; background: light-dark(#0b7285, #3bc9db); color: light-dark(#ffffff, #12161c); font-weight: 600; cursor: pointer; }
`;
