export { hasAdapter } from "../engines/has-adapter.ts";
