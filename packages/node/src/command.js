import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CrmMocksError } from "./errors.js";

const WINDOWS = process.platform === "win32";
const SCRIPTS = WINDOWS ? "Scripts" : "bin";
const IS_INSTALLED = "import importlib.util, sys; sys.exit(importlib.util.find_spec('crm_mocks') is None)";

/**
 * Find the command that starts crm-mocks.
 *
 * The first of: `given`; `CRM_MOCKS_COMMAND`; the active virtual environment; `.venv` or `venv` of `cwd` or a folder
 * above it; PATH; `python -m crm_mocks`; `uvx crm-mocks`.
 *
 * @param {string | string[] | undefined} given a program, a command line split at spaces, or program and arguments
 * @param {NodeJS.ProcessEnv} env
 * @param {string} cwd
 * @returns {string[]} program and first arguments
 */
export function findCommand(given, env, cwd) {
  const named = given ?? env.CRM_MOCKS_COMMAND;
  if (named?.length) return Array.isArray(named) ? named : isProgram(named) ? [named] : named.trim().split(/\s+/);
  const folders = [...virtualEnvironments(env, cwd), ...pathOf(env)];
  const found = inFolders("crm-mocks", folders);
  if (found) return [found];
  const python = ["python3", "python"].map((name) => inFolders(name, pathOf(env))).find((path) => path && hasMocks(path, env, cwd));
  if (python) return [python, "-m", "crm_mocks"];
  const uvx = inFolders("uvx", pathOf(env));
  if (uvx) return [uvx, "crm-mocks"];
  throw commandNotFound("crm-mocks is not in a virtual environment here, not on PATH, and uvx is not either");
}

/** @param {string} what @param {unknown} [cause] */
export function commandNotFound(what, cause) {
  const help = "install it with `pip install crm-mocks`, or name its command in CRM_MOCKS_COMMAND or the option `command`";
  return new CrmMocksError("COMMAND_NOT_FOUND", `${what}: ${help}`, { cause });
}

function* virtualEnvironments(env, cwd) {
  if (env.VIRTUAL_ENV) yield join(env.VIRTUAL_ENV, SCRIPTS);
  for (let folder = cwd; ; folder = dirname(folder)) {
    yield join(folder, ".venv", SCRIPTS);
    yield join(folder, "venv", SCRIPTS);
    if (folder === dirname(folder)) return;
  }
}

function pathOf(env) {
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return (env[name] ?? "").split(delimiter).filter(Boolean);
}

function inFolders(name, folders) {
  const file = WINDOWS ? `${name}.exe` : name;
  return folders.map((folder) => join(folder, file)).find(isProgram);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function hasMocks(python, env, cwd) {
  return spawnSync(python, ["-c", IS_INSTALLED], { env, cwd, stdio: "ignore" }).status === 0;
}
