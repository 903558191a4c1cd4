import DefaultTheme from "vitepress/theme";
import Home from "./Home.vue";
import OpenInPlayground from "./OpenInPlayground.vue";
import "./style.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }: { readonly app: { component(name: string, component: unknown): void } }) {
    // Pages whose layout is `home` are shown by this instead of the theme's, which has no landmark.
    app.component("home", Home);
    app.component("OpenInPlayground", OpenInPlayground);
  },
};
