using Lava.Metering;

namespace Lava.Postgres;

/// <summary>Reads a usage record out of a settlement's payload; any exception means that the payload is none.</summary>
public delegate UsageRecord UsageRecordDecoder(ReadOnlySpan<byte> payload);
