/** The sentences about choosing a model. */
import { withSentences } from ".";

const en = {
  "library.heading": "Which model",
  "library.bundle": "Model bundle",
  "library.bring": "Bring your own",
  "library.explain":
    "A folder with manifest.json and its model files. It is checked against its hashes, stays in this browser for this visit, and is sent nowhere.",
  "library.own": "your own: {name}",
} as const;

const es: Record<keyof typeof en, string> = {
  "library.heading": "Qué modelo",
  "library.bundle": "Modelo",
  "library.bring": "Traer el suyo",
  "library.explain":
    "Una carpeta con manifest.json y los archivos del modelo. Se comprueba con sus hashes, queda en este navegador durante esta visita y no se envía a ninguna parte.",
  "library.own": "el suyo: {name}",
};

export const sentences = { en, es };
export const say = withSentences(sentences);
