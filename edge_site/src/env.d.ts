/** Versions of the libraries that are built in, from package.json (vite.config.ts). */
declare const __VERSIONS__: { "@mediapipe/tasks-vision": string; mediabunny: string };

declare module "landmarkers/*" {
  const url: string;
  export default url;
}
