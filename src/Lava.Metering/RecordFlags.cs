namespace Lava.Metering;

/// <summary>What a stored usage record says yes to, and which of its fields are there. The values are stored: never renumber.</summary>
[Flags]
internal enum RecordFlags : uint
{
    None = 0,
    Billed = 1 << 0,
    Reported = 1 << 1,
    Streamed = 1 << 2,
    Customer = 1 << 3,
    Meter = 1 << 4,
    Model = 1 << 5,
    ResponseId = 1 << 6,
    ErrorCode = 1 << 7,
    Metadata = 1 << 8,
    Fingerprint = 1 << 9,
    ProviderCost = 1 << 10,
    ServiceTier = 1 << 11,
    Regional = 1 << 12,
    UsageReason = 1 << 13,
    ByModel = 1 << 14,
    Job = 1 << 15,
    SpendKey = 1 << 16,
    All = (1 << 17) - 1,
}
