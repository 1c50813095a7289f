/** The text of docs/errors.md: every code of the core's catalogue with what it means. */
export function errorPage(errorCodes) {
  const rows = Object.entries(errorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`);
  return `<!-- Written by tools/docs.mjs from runtime/core/errors.ts. Change that, not this page. -->

# Error codes

What the core says when something does not work. A diagnostic, a dead letter and an error port carry the code, a text that
names the value, and the place. Codes of JSONata itself (\`T2001\` and so on) are those of the
[JSONata documentation](https://docs.jsonata.org); expressions add \`EXPR_…\` codes for their own bounds.

| code | means |
|---|---|
${rows.join("\n")}
`;
}
