import fc from "fast-check";

// Every run of the tests tries the same: what fails here fails everywhere, and again. `HIKUBE_TEST_SEED=… npm test` tries something else,
// and what that finds is kept as an example beside the property.
fc.configureGlobal({ seed: Number(process.env["HIKUBE_TEST_SEED"] ?? 20_261_123) });

export default fc;
