// Draws the machines' tables into ARCHITECTURE.md.
import { readFileSync, writeFileSync } from "node:fs";
import { withDrawings } from "../lib/task/draw-machines.ts";

writeFileSync("ARCHITECTURE.md", withDrawings(readFileSync("ARCHITECTURE.md", "utf8")));
