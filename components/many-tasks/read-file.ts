const sizeMaxBytes = 4 * 1024 * 1024;

/** The text of a file a person has chosen or dropped; rejects with words for people. */
export async function readFile(file: File): Promise<string> {
  if (file.size > sizeMaxBytes) throw new Error(`${file.name} is larger than 4 MB.`);
  const text = await file.text();
  if (text.includes("\0")) throw new Error(`${file.name} is no text.`);
  return text;
}
