// A login that names nobody is checked against this key, so that it costs what any login costs. Nobody holds its
// private half, and no directory names it.

export const DECOY_BYTES: Uint8Array = Buffer.from(`LOGIN-v1\n${'x'.repeat(330)}`)

export const DECOY_KEY = `-----BEGIN PGP PUBLIC KEY BLOCK-----

xjMEaVW5ABYJKwYBBAHaRw8BAQdAq71Xu59UaPEn8Ge57rW7JQEDG1zO74m6
wwE49hGoAGzNBWRlY295wsATBBMWCgCFBYJpVbkAAwsJBwkQTU1w5Nu0RV5F
FAAAAAAAHAAgc2FsdEBub3RhdGlvbnMub3BlbnBncGpzLm9yZ2rGLv5NRXln
hY8junLy1iTCnw54kd8qotJC1yNlXeY6BRUKCA4MBBYAAgECGQECmwMCHgEW
IQSaMOZ3Sn/e+Sc6H59NTXDk27RFXgAAJqQBAKes6qKxRyOsV9f2wXo94/to
KQvczvpA+kw4U9fpF24iAP9qj+ZVlS4yzO51w0N1EjPyYkQbcSeIop1n+3Uv
lF3KAg==
=iRLD
-----END PGP PUBLIC KEY BLOCK-----
`

export const DECOY_SIGNATURE = `-----BEGIN PGP SIGNATURE-----

wrsEABYKAG0FgmlXCoAJEE1NcOTbtEVeRRQAAAAAABwAIHNhbHRAbm90YXRp
b25zLm9wZW5wZ3Bqcy5vcmc8TL5gjklBDoNjUU41VRPly/2qCe+9O4uptFu+
lXeqVhYhBJow5ndKf975Jzofn01NcOTbtEVeAADjFQD/f84Kyxr+Fj7PPYCs
76OnJQwCvZO8yLqz4D+8h9Q6IrUA/3usvkybD1YXLJN6AbiEY1S6Jd91w1Kj
mIuRQgskTOsM
=enpw
-----END PGP SIGNATURE-----
`
