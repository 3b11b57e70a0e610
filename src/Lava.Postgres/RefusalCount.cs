namespace Lava.Postgres;

/// <summary>Calls that were refused, to be added to what is known.</summary>
/// <param name="MerchantId">Whose.</param>
/// <param name="Quarter">Start of the quarter of an hour in which they came.</param>
/// <param name="Code">The error that they got.</param>
/// <param name="CustomerId">For whom; null: for none, or for one of too many.</param>
/// <param name="Calls">How many.</param>
public sealed record RefusalCount(Guid MerchantId, DateTimeOffset Quarter, string Code, Guid? CustomerId, long Calls);
