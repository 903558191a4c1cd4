import DefaultTheme from "vitepress/theme";
import OpenInPlayground from "./OpenInPlayground.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }: { readonly app: { component(name: string, component: unknown): void } }) {
    app.component("OpenInPlayground", OpenInPlayground);
  },
};
