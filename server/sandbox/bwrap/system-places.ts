import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { copyFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { insideId, type Link, passwdHome, type SystemPlaces } from "./bwrap-arguments.ts";

/** What programs read of /etc and holds no secret. */
const etcFiles = [
  "ld.so.cache",
  "ld.so.conf",
  "nsswitch.conf",
  "hosts",
  "host.conf",
  "gai.conf",
  "protocols",
  "services",
  "localtime",
  "timezone",
  "locale.alias",
  "locale.conf",
  "mime.types",
  "os-release",
  "debian_version",
  "lsb-release",
  "shells",
  "inputrc",
  "ca-certificates.conf",
  "ssl/openssl.cnf",
  "ssl/cert.pem",
];
/** Private keys lie beside certificates, so only these are shown. */
const etcDirectories = ["alternatives", "ssl/certs", "pki/tls/certs", "pki/ca-trust/extracted", "crypto-policies"];

/** Of the system a command sees its programs and libraries, and an /etc of ours: made anew, in place, at every start. */
export async function makeSystemPlaces(directory: string): Promise<SystemPlaces> {
  const etc = join(directory, "etc");
  const found = etcDirectories.map((name) => `/etc/${name}`).filter(isDirectory);
  for (const path of [etc, ...found.map((path) => join(etc, path.slice("/etc/".length))), join(etc, "ssl")])
    mkdirSync(path, { recursive: true, mode: 0o755 });
  await Promise.all(etcFiles.map((name) => renew(join(etc, name), (path) => copyFile(`/etc/${name}`, path))));
  const own = { passwd, group, "resolv.conf": "" };
  for (const [name, text] of Object.entries(own)) await renew(join(etc, name), (path) => writeFile(path, text));
  return { ...programPlaces(), etc, etcDirectories: found, kernelSettings: kernelSettings() };
}

const passwd = `root:x:0:0:root:/root:/bin/sh
runboard:x:${insideId}:${insideId}:Runboard:${passwdHome}:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
`;
const group = `root:x:0:\nrunboard:x:${insideId}:\nnogroup:x:65534:\n`;

/** By renaming: sessions that run see either of both. What the machine does not have is left out. */
async function renew(path: string, write: (path: string) => Promise<void>): Promise<void> {
  const fresh = join(dirname(path), `.${process.pid}.new`);
  await write(fresh)
    .then(() => rename(fresh, path))
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
}

/** Where /bin and the like are links into /usr they are links inside too. */
function programPlaces(): { directories: string[]; links: Link[] } {
  const directories = ["/usr"];
  const links: Link[] = [];
  for (const path of ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]) {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) links.push({ path, target: readlinkSync(path) });
    else if (found?.isDirectory()) directories.push(path);
  }
  return { directories, links };
}

/** Looked through nowhere: a kernel that has them has settings in them. */
const settingsDirectories = new Set(["sys", "irq", "bus", "fs", "acpi", "scsi", "driver"]);

/** Which files lie in /proc itself differs from kernel to kernel. */
function kernelSettings(): string[] {
  return readdirSync("/proc", { withFileTypes: true })
    .filter((entry) => (entry.isFile() ? isOwnerWritable(`/proc/${entry.name}`) : settingsDirectories.has(entry.name)))
    .map(({ name }) => `/proc/${name}`);
}

const isOwnerWritable = (path: string): boolean =>
  ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o200) !== 0;
const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
