import { expect, test } from "vitest";
import { readShape } from "./request-shape.ts";

const read = (text: string) => readShape(Buffer.from(text));
const plain = (text: string) => JSON.parse(JSON.stringify(read(text)));

test.each([
  [
    '{"a":[1,-2.5e+3,true,false,null,"t\\u0065xt \\" \\\\"],"b":{}}',
    { a: [null, null, true, false, null, 'text " \\'], b: {} },
  ],
  [" [ ] ", []],
  ['"ü"', "ü"],
  ['{"__proto__":{"type":"x"},"\\u0074ools":[{}]}', JSON.parse('{"__proto__":{"type":"x"},"tools":[{}]}')],
  ["12", null],
])("%s is read", (text, shape) => expect(plain(text)).toEqual(shape));

test("a long text is read to where it ends, and its beginning is known", () => {
  const long = `data:${'x\\"\\\\'.repeat(1_000)}`;
  expect(plain(`{"url":"${long}","after":true}`)).toEqual({ url: long.slice(0, 64), after: true });
});

test.each([
  ...[
    "",
    "{",
    "[",
    '{"a"}',
    '{"a":}',
    '{"a":1,}',
    "[1,]",
    "[1 2]",
    '{"a":1 "b":2}',
    "{a:1}",
    "{'a':1}",
    '{"a":1}x',
    '"',
    '"\\"',
  ],
  ...[
    "// no\n{}",
    "/**/{}",
    "NaN",
    "+1",
    "01",
    "1.",
    "tru",
    "\ufeff{}",
    '"\t"',
    '"\\x"',
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
  ],
  ...["[".repeat(1_000), `${"[".repeat(1_000)}${"]".repeat(1_000)}`],
])("%j is not JSON by the letter", (text) => expect(() => read(text)).toThrow(SyntaxError));

test("what is made of very many parts is refused, and costs little", () => {
  const many = `[${"[],".repeat(1_000_000)}[]]`;
  expect(() => read(many)).toThrow(SyntaxError);
});

test("neither another encoding nor bytes that are none hide a name", () => {
  expect(() => readShape(Buffer.from('{"a":1}', "utf16le"))).toThrow(SyntaxError);
  expect(plain('{"tools":1}')).toEqual({ tools: null });
  expect(Object.keys(readShape(Buffer.from('{"a\xff":"\xff"}', "latin1")) as object)).toEqual(["a\ufffd"]);
});
