import type { TerminalFrame, TerminalSize } from "@/lib/terminal/frames.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import { type Attachment, attach, type Right } from "./attach.ts";
import { readScreen, type Screen } from "./screen.ts";
import { createSizeReader } from "./size-title.ts";

/** Somebody who looks at a terminal from a browser. */
export interface Viewer {
  name: string;
  /** What would fit the browser. */
  size: TerminalSize;
  /** False: it takes no more for now; `room.resume` when it does again. */
  send(frame: TerminalFrame): boolean;
  /** The terminal ended, or tmux let the viewer go. */
  close(): void;
}

/**
 * The viewers of one session's terminal. Each has a client of its own. All but one only watch; the one who has taken over types, and
 * decides the size that all see, as does whoever types from a terminal outside (tmux: window-size latest).
 */
export class TerminalRoom {
  readonly #attachments = new Map<Viewer, Attachment | null>();
  #typist: Viewer | null = null;
  #comers = 0;
  #isMoving = false;
  #size: TerminalSize = { columns: 120, rows: 32 };
  /** Who comes, takes over or leaves does so one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly spawner: Spawner,
    readonly directory: string,
  ) {}

  /** Nobody is here, and nobody about to be. */
  get isEmpty(): boolean {
    return this.#attachments.size === 0 && this.#comers === 0;
  }

  /** Shows the terminal with what has left its screen. False: there is none, not yet or no longer. */
  async join(viewer: Viewer): Promise<boolean> {
    this.#comers += 1;
    try {
      return await this.#enter(viewer);
    } finally {
      this.#comers -= 1;
    }
  }

  #enter(viewer: Viewer): Promise<boolean> {
    return this.#inTurn(async () => {
      const screen = await readScreen(this.spawner, this.directory);
      if (screen === null) return false;
      this.#attachments.set(viewer, null);
      this.#size = screen.size;
      viewer.send({ type: "opened" });
      this.#tellAll();
      await this.#show(viewer, "watch", screen);
      return true;
    });
  }

  leave(viewer: Viewer): void {
    this.#attachments.get(viewer)?.end();
    if (!this.#attachments.delete(viewer)) return;
    if (this.#typist === viewer) this.#typist = null;
    this.#tellAll();
  }

  /** The viewer types from now on, and who did before watches. */
  take(viewer: Viewer): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#attachments.has(viewer) || this.#typist === viewer) return;
      const before = this.#typist;
      await this.#move(async () => {
        this.#typist = null;
        if (before !== null) this.#attachments.get(before)?.end();
        this.#resizeAll(viewer.size);
        await this.#attachAgain(viewer, "type");
        if (before !== null) await this.#attachAgain(before, "watch");
        if (this.#attachments.has(viewer)) this.#typist = viewer;
      });
    });
  }

  release(viewer: Viewer): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#typist !== viewer) return;
      await this.#move(async () => {
        this.#typist = null;
        await this.#attachAgain(viewer, "watch");
      });
    });
  }

  /** Only of the one who types. */
  input(viewer: Viewer, data: string): void {
    if (this.#typist !== viewer) return;
    if (!isSame(this.#size, viewer.size)) this.#changeSize(viewer.size);
    this.#attachments.get(viewer)?.write(data);
  }

  resize(viewer: Viewer, size: TerminalSize): void {
    viewer.size = size;
    if (this.#typist === viewer && !isSame(this.#size, size)) this.#changeSize(size);
  }

  resume(viewer: Viewer): void {
    this.#attachments.get(viewer)?.resume();
  }

  /** Lets everybody go. */
  close(): void {
    for (const viewer of [...this.#attachments.keys()]) {
      this.leave(viewer);
      viewer.close();
    }
  }

  /** The right to type changes hands. Told when it has: what is typed before would be lost, and sizes on the way are nobody's. */
  async #move(work: () => Promise<void>): Promise<void> {
    this.#isMoving = true;
    try {
      await work();
    } finally {
      this.#isMoving = false;
      this.#tellAll();
    }
  }

  async #attachAgain(viewer: Viewer, right: Right): Promise<void> {
    if (!this.#attachments.has(viewer)) return;
    this.#attachments.get(viewer)?.end();
    this.#attachments.set(viewer, null);
    await this.#show(viewer, right, await readScreen(this.spawner, this.directory));
  }

  /** From an empty screen: what has scrolled away, then the screen, which tmux draws over what is in it. */
  async #show(viewer: Viewer, right: Right, screen: Screen | null): Promise<void> {
    viewer.send({ type: "clear" });
    const history = screen?.history ?? "";
    if (history !== "") viewer.send({ type: "output", data: history + "\r\n".repeat(this.#size.rows) });
    await this.#attach(viewer, right);
  }

  async #attach(viewer: Viewer, right: Right): Promise<void> {
    const readSize = createSizeReader();
    const attachment: Attachment = await attach({
      directory: this.directory,
      size: this.#size,
      right,
      onData: (data) => {
        const size = readSize(data);
        if (size !== null && !this.#isMoving && !isSame(size, this.#size)) this.#changeSize(size);
        if (!viewer.send({ type: "output", data })) attachment.pause();
      },
      onEnd: () => {
        if (this.#attachments.get(viewer) === attachment) void this.#letGo(viewer);
      },
    });
    // It has left meanwhile.
    if (!this.#attachments.has(viewer)) return attachment.end();
    this.#attachments.set(viewer, attachment);
    await attachment.drawn;
  }

  /** Its client is gone: with the terminal, or because somebody detached it. */
  async #letGo(viewer: Viewer): Promise<void> {
    this.leave(viewer);
    const screen = await readScreen(this.spawner, this.directory).catch(() => null);
    if (screen === null) viewer.send({ type: "ended" });
    viewer.close();
  }

  #changeSize(size: TerminalSize): void {
    this.#resizeAll(size);
    this.#tellAll();
  }

  #resizeAll(size: TerminalSize): void {
    this.#size = size;
    for (const attachment of this.#attachments.values()) attachment?.resize(size);
  }

  #tellAll(): void {
    if (this.#isMoving) return;
    const typist = this.#typist?.name ?? null;
    for (const viewer of this.#attachments.keys())
      viewer.send({
        ...{ type: "state", ...this.#size, typist },
        ...{ canType: viewer === this.#typist, viewers: this.#attachments.size },
      });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => {});
    return result;
  }
}

const isSame = (one: TerminalSize, other: TerminalSize): boolean =>
  one.columns === other.columns && one.rows === other.rows;
