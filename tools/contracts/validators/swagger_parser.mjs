// Validate a contract: node swagger_parser.mjs NODE_FOLDER FILE. Prints the error, if any, and exits 1.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, file] = process.argv.slice(2);
const entry = createRequire(`${folder}/`).resolve("@apidevtools/swagger-parser");
const { default: SwaggerParser } = await import(pathToFileURL(entry));
try {
  await SwaggerParser.validate(file);
} catch (error) {
  console.log(error.message);
  process.exitCode = 1;
}
