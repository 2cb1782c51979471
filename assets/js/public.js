import "./htmx.js";
import "./forms.js";
import "./booking.js";
import "./proof.js";
