// Settings of programs that run models. Loads neither the engine nor the items of experiments.
export { loadSettings, type SettingsSources } from '../configuration/load-settings.ts';
export { ConfigurationError, cannot, type Problem, UserError } from '../contracts/errors.ts';
