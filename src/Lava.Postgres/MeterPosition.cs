namespace Lava.Postgres;

/// <summary>What a customer has used on a meter in a billing cycle.</summary>
/// <param name="CustomerId">Customer.</param>
/// <param name="MeterId">Meter.</param>
/// <param name="CycleStart">First day of the cycle.</param>
/// <param name="Units">Tokens, characters, microseconds or requests.</param>
public readonly record struct MeterPosition(Guid CustomerId, Guid MeterId, DateOnly CycleStart, long Units);
