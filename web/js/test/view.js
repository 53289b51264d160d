/* The view Test: joins its parts. */

import { openShell } from "../shared/shell.js";

openShell();
