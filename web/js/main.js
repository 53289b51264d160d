/* The page's start. Each view is a module of its own; this one opens it. */

import { openDraw } from "./draw.js";

openDraw();
