/**
 * What of a JSON text decides whether it is passed on: names, structure, truths and texts. Of a long text only its beginning, of numbers
 * nothing: a request may carry many megabytes of pictures, and a driver is small.
 */
export type Shape = string | boolean | null | Shape[] | ShapeObject;
export interface ShapeObject {
  [name: string]: Shape;
}

const textMaxBytes = 512;
const beginningBytes = 64;
const depthMax = 200;
const valuesMax = 300_000;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const blanks: ReadonlySet<number | undefined> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const literal = /^(?:(true|false)|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/;

/**
 * By the letter of JSON, so that no other reader finds in it what we did not: a name that comes twice in one object is an error, too.
 * Throws SyntaxError.
 */
export function readShape(bytes: Buffer): Shape {
  let at = 0;
  let values = 0;
  const fail = (): never => {
    throw new SyntaxError(`Not as JSON is written, at byte ${at}.`);
  };
  const skipBlanks = () => {
    while (blanks.has(bytes[at])) at += 1;
  };
  const isNext = (byte: number): boolean => {
    skipBlanks();
    if (bytes[at] !== byte) return false;
    at += 1;
    return true;
  };

  function readValue(depth: number): Shape {
    values += 1;
    if (depth > depthMax || values > valuesMax) fail();
    if (isNext(openObject)) return readObject(depth);
    if (isNext(openList)) return readList(depth);
    return bytes[at] === quote ? readText() : readLiteral();
  }

  function readObject(depth: number): ShapeObject {
    const object = Object.create(null) as ShapeObject;
    if (isNext(closeObject)) return object;
    do {
      skipBlanks();
      const name = bytes[at] === quote ? readText() : fail();
      if (name in object || !isNext(colon)) fail();
      object[name] = readValue(depth + 1);
    } while (isNext(comma));
    return isNext(closeObject) ? object : fail();
  }

  function readList(depth: number): Shape[] {
    const list: Shape[] = [];
    if (isNext(closeList)) return list;
    do list.push(readValue(depth + 1));
    while (isNext(comma));
    return isNext(closeList) ? list : fail();
  }

  function readText(): string {
    const begin = at;
    do at = bytes.indexOf(quote, at + 1);
    while (at > 0 && isEscaped(bytes, at));
    if (at < 0) {
      at = bytes.length;
      fail();
    }
    at += 1;
    if (at - begin <= textMaxBytes) return JSON.parse(bytes.toString("utf8", begin, at)) as string;
    return bytes.toString("latin1", begin + 1, begin + 1 + beginningBytes);
  }

  function readLiteral(): boolean | null {
    const found = literal.exec(bytes.toString("latin1", at, at + 64)) ?? fail();
    at += found[0].length;
    return found[1] === undefined ? null : found[1] === "true";
  }

  const shape = readValue(0);
  skipBlanks();
  return at === bytes.length ? shape : fail();
}

/** Whether an odd number of backslashes stands before it. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let count = 0;
  while (bytes[at - 1 - count] === backslash) count += 1;
  return count % 2 === 1;
}
