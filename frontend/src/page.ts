/** What every page may use. The page works without any of it. */
import "./away";
import "./map";
import "./once";
import "./said";
