/** The editor of one flow, as a person uses it: by mouse and keyboard, finding things by what they are called. */
import type { Locator, Page } from "playwright-core";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A port, by the title of its card and its own. */
export interface PortName {
  readonly node: string;
  readonly port: string;
}

/** Where a card is nothing but a card, neither port nor button, from its corner. */
const onTitle: Point = { x: 80, y: 20 };

export class Editor {
  readonly page: Page;
  readonly canvas: Locator;
  readonly palette: Locator;
  readonly inspector: Locator;
  readonly drawer: Locator;
  readonly cards: Locator;
  readonly wires: Locator;
  /** Live · v1, Not deployed, and so on. */
  readonly topBar: Locator;
  /** What the editor says at the edge of the page. */
  readonly notices: Locator;
  /** What is said to people who hear the page. */
  readonly announcement: Locator;

  constructor(page: Page) {
    this.page = page;
    this.canvas = page.getByRole("application", { name: "Canvas" });
    this.palette = page.getByRole("complementary", { name: "Palette" });
    this.inspector = page.getByRole("complementary", { name: "Inspector" });
    this.drawer = page.getByRole("region", { name: "Drawer" });
    this.cards = this.canvas.locator(".react-flow__node");
    this.wires = this.canvas.locator(".react-flow__edge");
    this.topBar = page.getByRole("banner");
    this.notices = page.locator(".mantine-Notification-root");
    this.announcement = page.locator("[role=log][aria-live=polite]");
  }

  get flowName(): Locator {
    return this.topBar.getByRole("textbox", { name: "Name of the flow" });
  }

  async waitForFlow(name: string): Promise<void> {
    await this.canvas.waitFor();
    await this.page.waitForFunction(
      (wanted) =>
        document.querySelector<HTMLInputElement>("[aria-label='Name of the flow']")?.value === wanted,
      name,
    );
  }

  card(title: string): Locator {
    return this.canvas.getByRole("group", { name: title, exact: true });
  }

  wire(from: PortName, to: PortName): Promise<Locator> {
    return Promise.all([this.#idOf(from.node), this.#idOf(to.node)]).then(([source, target]) =>
      this.canvas.getByRole("group", {
        name: `Wire ${source}.${from.port} to ${target}.${to.port}`,
        exact: true,
      }),
    );
  }

  paletteItem(title: string): Locator {
    return this.palette.getByRole("button").filter({ has: this.page.getByText(title, { exact: true }) });
  }

  /** Drags a node from the palette. @param at from the corner of the canvas */
  async addNode(title: string, at: Point): Promise<void> {
    const before = await this.cards.count();
    const area = await boxOf(this.canvas);
    await this.drag(await this.#middle(this.paletteItem(title)), { x: area.x + at.x, y: area.y + at.y });
    await this.cards.nth(before).waitFor();
  }

  /** Draws a wire from an output port to an input port. */
  async connect(from: PortName, to: PortName): Promise<void> {
    await this.drawWire(from, to);
    await (await this.wire(from, to)).waitFor({ state: "attached" });
  }

  /** Draws a wire, whatever comes of it. */
  async drawWire(from: PortName, to: PortName): Promise<void> {
    await this.drag(
      await this.#middle(this.port("Output", from)),
      await this.#middle(this.port("Input", to)),
    );
  }

  port(side: "Input" | "Output", { node, port }: PortName): Locator {
    return this.card(node)
      .locator(`.react-flow__handle[data-handleid="${port}"]`)
      .and(this.page.locator(`[aria-label^="${side} "]`));
  }

  async moveCard(title: string, by: Point): Promise<void> {
    await this.card(title).hover({ position: onTitle });
    const { x, y } = await boxOf(this.card(title));
    const from = { x: x + onTitle.x, y: y + onTitle.y };
    await this.drag(from, { x: from.x + by.x, y: from.y + by.y });
  }

  /** Where the card stands, from the corner of the canvas. */
  async place(title: string): Promise<Point> {
    const [area, { x, y }] = await Promise.all([boxOf(this.canvas), boxOf(this.card(title))]);
    return { x: x - area.x, y: y - area.y };
  }

  /** Presses, moves and lets go, as a hand does. */
  async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(from.x + 4, from.y + 4);
    await mouse.move(to.x, to.y, { steps: 8 });
    await mouse.up();
  }

  /** Selects a card, so that the inspector shows it; with Shift, others besides. */
  async select(title: string, ...others: readonly string[]): Promise<void> {
    await this.card(title).click({ position: onTitle });
    for (const other of others) await this.card(other).click({ position: onTitle, modifiers: ["Shift"] });
    for (const each of [title, ...others])
      await this.card(each).and(this.page.locator(".selected")).waitFor();
  }

  /** A field of the inspector by its label. @param within the title of the list item it belongs to */
  field(label: string, within?: string): Locator {
    const form = within === undefined ? this.inspector : this.inspector.getByRole("group", { name: within });
    return form.getByLabel(label, { exact: true });
  }

  async fill(label: string, value: string, within?: string): Promise<void> {
    await this.field(label, within).fill(value);
  }

  async openMoreSettings(): Promise<void> {
    await this.inspector.getByRole("button", { name: "More settings" }).click();
  }

  async inspectorTab(name: "Settings" | "Live" | "Help"): Promise<void> {
    await this.inspector.getByRole("tab", { name }).click();
  }

  async drawerTab(name: "Problems" | "Debug" | "Dead letters"): Promise<Locator> {
    const tab = this.drawer.getByRole("tab", { name });
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
    return this.drawer.getByRole("tabpanel", { name });
  }

  /** Deploys through the dialog, and waits until the flow is live. */
  async deploy(version: number): Promise<void> {
    const dialog = await this.openDeploy();
    await dialog.getByRole("button", { name: `Deploy v${version}`, exact: true }).click();
    await this.page.getByRole("heading", { name: new RegExp(`is live as v${version}$`) }).waitFor();
    await dialog.getByRole("button", { name: "Done" }).click();
    await dialog.waitFor({ state: "hidden" });
    await this.waitForLive(version);
  }

  async openDeploy(): Promise<Locator> {
    await this.topBar.getByRole("button", { name: "Deploy…", exact: true }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.waitFor();
    return dialog;
  }

  async waitForLive(version: number): Promise<void> {
    await this.topBar.getByText(`Live · v${version}`, { exact: true }).waitFor();
  }

  async waitForSaved(): Promise<void> {
    await this.topBar.getByText("Saved", { exact: true }).waitFor();
  }

  /** Keys as a person presses them, one after the other. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Clicks where nothing is: the focus is on the canvas and nothing is selected. */
  async clickAside(): Promise<void> {
    const { x, y } = await boxOf(this.canvas);
    await this.page.mouse.click(x + 6, y + 6);
  }

  /** Chooses a command from the list that Ctrl+K opens. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("Control+k");
    await this.page.getByRole("textbox", { name: "Search commands" }).fill(title);
    await this.page.keyboard.press("Enter");
  }

  /** Comes to rest over it first, so that nothing moves any more when its place is taken. */
  async #middle(locator: Locator): Promise<Point> {
    await locator.hover();
    const { x, y, width, height } = await boxOf(locator);
    return { x: x + width / 2, y: y + height / 2 };
  }

  async #idOf(title: string): Promise<string> {
    return (await this.card(title).getAttribute("data-id")) ?? "";
  }
}

export async function boxOf(locator: Locator) {
  await locator.waitFor();
  const box = await locator.boundingBox();
  if (!box) throw new Error(`${locator} is not drawn`);
  return box;
}
