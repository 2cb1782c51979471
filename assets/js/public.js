import "./htmx.js";
import "./forms.js";
