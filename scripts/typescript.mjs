// Lets a script import the project's TypeScript.
import { register } from "tsx/esm/api";

register();
