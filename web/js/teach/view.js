/* The view Teach: joins its parts. */

import { openShell } from "../shared/shell.js";

openShell();
