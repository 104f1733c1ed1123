//! Reaching a host: SSH or local, bringing the worker along, starting it and re-attaching to it.
