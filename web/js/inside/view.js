/* The view Inside: joins its parts. */

import { openShell } from "../shared/shell.js";

openShell();
