import "./htmx.js";
import "./forms.js";
import "./dialogs.js";
import "./live.js";
import "./due.js";
