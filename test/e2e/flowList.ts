/** The page with all flows, as a person uses it. */
import type { Locator, Page } from "playwright-core";
import { Editor } from "./editor.ts";

export class FlowList {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Comes here from wherever the person is. */
  async show(): Promise<void> {
    await this.page.getByRole("link", { name: "Flows", exact: true }).first().click();
    await this.page.getByRole("heading", { name: "Flows", exact: true }).waitFor();
  }

  row(name: string): Locator {
    return this.page
      .getByRole("list", { name: "Flows" })
      .getByRole("listitem")
      .filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async create(name: string): Promise<Editor> {
    await this.page.getByRole("button", { name: "New flow" }).click();
    const dialog = this.page.getByRole("dialog", { name: "New flow" });
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Create" }).click();
    return this.#opened(name);
  }

  async open(name: string): Promise<Editor> {
    await this.row(name).getByText(name, { exact: true }).click();
    return this.#opened(name);
  }

  async startFrom(title: string): Promise<Editor> {
    await this.page
      .getByRole("list", { name: "Templates" })
      .getByRole("listitem")
      .filter({ has: this.page.getByRole("heading", { name: title }) })
      .getByRole("button", { name: "Use this template" })
      .click();
    return this.#opened(title);
  }

  async rename(name: string, next: string): Promise<void> {
    await this.choose(name, "Rename…");
    const dialog = this.page.getByRole("dialog", { name: "Rename the flow" });
    await dialog.getByLabel("Name").fill(next);
    await dialog.getByRole("button", { name: "Rename" }).click();
    await this.row(next).waitFor();
  }

  async duplicate(name: string, next: string): Promise<Editor> {
    await this.choose(name, "Duplicate…");
    const dialog = this.page.getByRole("dialog", { name: "Duplicate the flow" });
    await dialog.getByLabel("Name").fill(next);
    await dialog.getByRole("button", { name: "Duplicate" }).click();
    return this.#opened(next);
  }

  /** @returns the path of the downloaded file */
  async exportFile(name: string): Promise<string> {
    const downloading = this.page.waitForEvent("download");
    await this.choose(name, "Export as a file");
    return await (await downloading).path();
  }

  async importFile(path: string): Promise<void> {
    const choosing = this.page.waitForEvent("filechooser");
    await this.page.getByRole("button", { name: "Import a file…" }).click();
    await (await choosing).setFiles(path);
  }

  /** An entry of the menu at the end of a row. */
  async choose(name: string, entry: string): Promise<void> {
    await this.page.getByRole("button", { name: `More about ${name}`, exact: true }).click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }

  async #opened(name: string): Promise<Editor> {
    const editor = new Editor(this.page);
    await editor.waitForFlow(name);
    return editor;
  }
}
