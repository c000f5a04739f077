import { type Config, config, enums, type PartialConfig } from 'openpgp'

/**
 * How this house uses openpgp.js; passed to every call, so that nobody's global setting changes what is sealed.
 * Compression off when writing (lengths would tell of contents) and bounded when reading (gpg compresses by default).
 * A key file may ask for 1 GiB of memory to try its passphrase, not more: a desk machine has 4.
 * Nothing is released before its integrity check. RSA session keys are unwrapped in constant time, so that a message
 * that fails tells its sender nothing.
 */
export const openpgpConfig: PartialConfig = {
  preferredCompressionAlgorithm: enums.compression.uncompressed,
  preferredSymmetricAlgorithm: enums.symmetric.aes256,
  preferredHashAlgorithm: enums.hash.sha512,
  maxDecompressedMessageSize: 64 * 1024 * 1024,
  maxArgon2MemoryExponent: 20,
  allowUnauthenticatedMessages: false,
  allowUnauthenticatedStream: false,
  allowInsecureDecryptionWithSigningKeys: false,
  enforceGrammar: true,
  ignoreMalformedPackets: false,
  constantTimePKCS1Decryption: true,
  constantTimePKCS1DecryptionSupportedSymmetricAlgorithms: new Set([
    enums.symmetric.aes128,
    enums.symmetric.aes192,
    enums.symmetric.aes256,
  ]),
  showVersion: false,
  showComment: false,
}

/** The same, for the few calls that want every setting. */
export const wholeConfig: Config = { ...config, ...openpgpConfig }
