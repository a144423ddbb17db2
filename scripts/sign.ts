import { signRelease } from "./release/signature.ts";

// `npm run sign`: signs the checksums in dist/release with the key in GPG_PRIVATE_KEY (with ASCII armor) and its GPG_PASSPHRASE. It needs
// gpg and no package.

signRelease();
