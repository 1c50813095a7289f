import type { AstNode, PathNode, SortNode } from "../ast.ts";
import { keyWalk } from "../paths.ts";
import { generateGroup } from "./constructors.ts";
import type { Generator } from "./generator.ts";
import { truth } from "./operators.ts";
import { inside, type Names, type Place, type Value } from "./writer.ts";

/** Writes `a.b[c].d`: plain keys as property reads, other steps as loops over the items so far. */
export function generatePath(node: PathNode, at: Place, generator: Generator, flagless: boolean): Value {
  const place = inside(at);
  const [first] = node.steps;
  const keep = node.keepSingletonArray === true || node.keepArray === true;
  const special = node.steps.some((step) => step.tuple || step.consarray || step.keepArray || step.group);
  if (special || keep || node.predicate || first === undefined) return generator.closure(node, place);
  const { writer } = generator;
  const rest = [...node.steps];
  let base = place.input;
  let wholeBase = false;
  if (first.type === "variable") {
    if (first.stages || first.predicate) return generator.closure(node, place);
    base = generator.value(first, place).js;
    wholeBase = true;
    rest.shift();
  }
  const keys: string[] = [];
  while (rest[0] !== undefined && isPlainKey(rest[0])) keys.push((rest.shift() as { value: string }).value);
  if (rest.length === 0 && node.group === undefined)
    return keyChain(keys, base, wholeBase, flagless, generator);
  const result = writer.let("undefined").js;
  const steps = writer.aside(() => {
    let items = leadingItems(keys, base, wholeBase, generator);
    writer.emit(`if (${items}.length === 0) break;`);
    let ending = items;
    rest.forEach((step, index) => {
      const last = index === rest.length - 1;
      const made = step.type === "sort" ? sorted : mapped;
      ({ items, ending } = made(
        step as SortNode,
        items,
        node.group === undefined && flagless,
        place.names,
        generator,
      ));
      if (!last) writer.emit(`if (${items}.length === 0) break;`);
    });
    writer.emit(`${result} = ${node.group === undefined ? ending : items};`);
  });
  // A loop that runs once: `break` ends the path where a step yields nothing.
  writer.emit(`do {\n${steps}\n} while (false);`);
  const value: Value = { js: result, kind: "any" };
  return node.group === undefined ? value : generateGroup(result, node.group, place, generator);
}

/** What a step leaves: a name of the items for the next, and the value of a path that ends with it. */
interface Stepped {
  readonly items: string;
  readonly ending: string;
}

/** Writes `value[predicate]`. */
export function filtered(
  value: string,
  predicate: AstNode,
  names: Names,
  flagless: boolean,
  generator: Generator,
): Stepped {
  const { writer } = generator;
  if (predicate.type === "number") {
    const item = writer.let(`itemAt(${value}, ${Math.floor(predicate.value as number)})`).js;
    return { items: `oneOrMany(${item})`, ending: `collapse(${item})` };
  }
  const items = writer.let("[]").js;
  keepInto(items, value, predicate, names, generator);
  return { items, ending: finish(items, flagless) };
}

/** The value of a new array: nothing for none, the item for one, else the array, flagged unless nobody looks. */
function finish(items: string, flagless: boolean): string {
  return `${flagless ? "unwrapped" : "collapsed"}(${items})`;
}

function isPlainKey(step: AstNode): boolean {
  return step.type === "name" && !step.stages && !step.predicate;
}

/**
 * Property reads down a chain of objects. Over the items of an array the last key is read in a loop; any other array is
 * left to the closures' steps.
 */
function keyChain(
  keys: readonly string[],
  base: string,
  wholeBase: boolean,
  flagless: boolean,
  generator: Generator,
): Value {
  const { writer } = generator;
  if (keys.length === 0) return writer.let(base);
  const walk = writer.constant(keyWalk(keys, true));
  const result = writer.let("undefined").js;
  const fresh = () => writer.fresh();
  const found = (value: string) => `${result} = ${value};`;
  const array = (start: number, value: string, whole: boolean) => {
    const general = `${result} = collapse(${walk}(${start}, ${whole ? `spread(${value})` : value}, frame));`;
    if (start < keys.length - 1) return general;
    const [items, index, item, read] = [fresh(), fresh(), fresh(), fresh()];
    const name = JSON.stringify(keys[start]);
    return `const ${items} = [];
let ${index} = 0;
for (; ${index} < ${value}.length; ${index}++) {
const ${item} = ${value}[${index}];
if (typeof ${item} !== "object" || ${item} === null) continue;
if (isArray(${item})) break;
if (!hasOwn(${item}, ${name})) continue;
const ${read} = ${item}[${name}];
if (typeof ${read} === "object" && isArray(${read})) break;
if (${read} !== undefined) ${items}.push(${read});
}
if (${index} < ${value}.length) { ${general} }
else { run.charge(${value}.length); ${result} = ${finish(items, flagless)}; }`;
  };
  writer.emit(descend(keys, base, wholeBase, fresh, found, array));
  return { js: result, kind: "any" };
}

/** The items the first step that is not a plain key works on. */
function leadingItems(
  keys: readonly string[],
  base: string,
  wholeBase: boolean,
  generator: Generator,
): string {
  const { writer } = generator;
  if (keys.length === 0)
    return writer.let(wholeBase ? `spread(${base})` : `(isArray(${base}) ? ${base} : [${base}])`).js;
  const walk = writer.constant(keyWalk(keys, false));
  const items = writer.let("none").js;
  writer.emit(
    descend(
      keys,
      base,
      wholeBase,
      writer.fresh.bind(writer),
      (value) => `if (${value} !== undefined) ${items} = isArray(${value}) ? ${value} : [${value}];`,
      (start, value, whole) =>
        `${items} = itemsOf(${walk}(${start}, ${whole ? `spread(${value})` : value}, frame));`,
    ),
  );
  return items;
}

/** Nested tests and reads: `found` is written where the last key's value is known, `array` where an array comes up. */
function descend(
  keys: readonly string[],
  base: string,
  wholeBase: boolean,
  fresh: () => string,
  found: (value: string) => string,
  array: (start: number, value: string, whole: boolean) => string,
): string {
  let opening = "";
  let closing = "";
  let value = base;
  keys.forEach((key, index) => {
    const name = JSON.stringify(key);
    const next = fresh();
    opening += `if (typeof ${value} === "object" && ${value} !== null) {\n`;
    opening += `if (isArray(${value})) { ${array(index, value, index === 0 && wholeBase)} }\n`;
    opening += `else if (hasOwn(${value}, ${name})) {\nconst ${next} = ${value}[${name}];\n`;
    closing += "\n}\n}";
    value = next;
  });
  return opening + found(value) + closing;
}

/** A step for each item, its results in one new array. A path ends with an array of the data as it is. */
function mapped(
  step: AstNode,
  source: string,
  flagless: boolean,
  names: Names,
  generator: Generator,
): Stepped {
  const { writer } = generator;
  const items = writer.let("[]").js;
  const only = writer.let("undefined").js;
  const count = writer.let("0").js;
  const [index, item] = [writer.fresh(), writer.fresh()];
  const body = writer.aside(() => {
    writer.emit(`const ${item} = ${source}[${index}];`);
    const { stages = [], ...bare } = step as AstNode & { stages?: readonly { expr?: AstNode }[] };
    const { js } = generator.value(bare as AstNode, { input: item, names }, stages.length > 0);
    let value = js;
    for (const stage of stages.slice(0, -1))
      value = filtered(value, stage.expr!, names, true, generator).items;
    const filter = stages.at(-1)?.expr;
    if (filter !== undefined && filter.type !== "number") {
      // What a filter yields is a sequence, never passed on as it is.
      writer.emit(`${count}++;`);
      keepInto(items, value, filter, names, generator);
      return;
    }
    if (filter === undefined) writer.emit(`if (${value} === undefined) continue;`);
    else value = writer.let(`itemAt(${value}, ${Math.floor(filter.value as number)})`).js;
    writer.emit(`if (++${count} === 1) ${only} = ${value};`);
    writer.emit(`if (typeof ${value} === "object") pushFlat(${items}, ${value}, run);`);
    writer.emit(`else if (${value} !== undefined) ${items}.push(${value});`);
  });
  writer.emit(`run.charge(${source}.length);`);
  writer.emit(`for (let ${index} = 0; ${index} < ${source}.length; ${index}++) {\n${body}\n}`);
  return { items, ending: `(${count} === 1 && isRaw(${only}) ? ${only} : ${finish(items, flagless)})` };
}

/** Adds the items of a value to results, as far as a condition holds or an index names them. */
function keepInto(
  results: string,
  value: string,
  predicate: AstNode,
  names: Names,
  generator: Generator,
): void {
  const { writer } = generator;
  const items = writer.let(`(isArray(${value}) ? ${value} : [${value}])`).js;
  const [index, item] = [writer.fresh(), writer.fresh()];
  const body = writer.aside(() => {
    writer.emit(`const ${item} = ${items}[${index}];`);
    const outcome = generator.value(predicate, { input: item, names }, true);
    if (outcome.kind === "boolean") {
      writer.emit(`if (${truth(outcome)}) ${results}.push(run.nest(${item}));`);
      return;
    }
    const other = `keepIf(${outcome.js}, ${item}, ${index}, ${items}.length, ${results}, run)`;
    writer.emit(`if (${outcome.js} === true) ${results}.push(run.nest(${item}));`);
    writer.emit(`else if (${outcome.js} !== false && ${outcome.js} !== undefined) ${other};`);
  });
  writer.emit(`run.charge(${items}.length);`);
  writer.emit(`for (let ${index} = 0; ${index} < ${items}.length; ${index}++) {\n${body}\n}`);
}

function sorted(
  step: SortNode,
  source: string,
  flagless: boolean,
  names: Names,
  generator: Generator,
): Stepped {
  const { writer } = generator;
  const terms = step.terms.map(({ descending, expression }) => {
    return `{ descending: ${descending}, code: ${generator.arrow(expression, names)} }`;
  });
  const items = writer.let(`sortBy(${source}, [${terms.join(", ")}], frame, ${step.position})`).js;
  // Sorted items are an array of their own that does not collapse; a single item never was sorted.
  let result: Stepped = { items, ending: `unwrapped(${items})` };
  for (const stage of step.stages ?? []) {
    const value = writer.let(result.items).js;
    result = filtered(value, stage.expr!, names, flagless, generator);
  }
  return { items: writer.let(result.items).js, ending: result.ending };
}
