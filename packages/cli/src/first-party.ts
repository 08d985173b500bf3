/** The plugins that come with the command. */
export const firstParty: readonly string[] = ['@gradalign/optimizers', '@gradalign/models', '@gradalign/datasets', '@gradalign/fas-gac'];
