using Lava.Core.Accounts;
using Lava.Metering;

namespace Lava.Gateway.Limits;

/// <summary>What a call uses, or can use at most, of what limits count.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Input and output tokens; <see cref="None"/>: the call has nothing to do with them.</param>
/// <param name="Spend">Money, in units; <see cref="None"/> likewise.</param>
internal readonly record struct LimitUse(long Requests, long Tokens, long Spend)
{
    /// <summary>No limit of this unit concerns the call.</summary>
    public const long None = -1;

    /// <summary>A request that costs nothing and is not priced.</summary>
    public static LimitUse OneRequest => new(1, None, None);

    /// <summary>By unit.</summary>
    public long this[LimitUnit unit] => unit switch
    {
        LimitUnit.Tokens => Tokens,
        LimitUnit.Requests => Requests,
        _ => Spend,
    };

    /// <summary>What a record counts for its customer, who spends only what is billed.</summary>
    public static LimitUse OfCustomer(UsageRecord record) =>
        new(RequestsOf(record), TokensOf(record), record.Billed ? record.Charge.Units : 0);

    /// <summary>What a record counts for its spend key.</summary>
    public static LimitUse OfSpendKey(UsageRecord record) => new(RequestsOf(record), TokensOf(record), record.Debit.Units);

    // A job is one request, however often it is asked for.
    private static long RequestsOf(UsageRecord record) => record.IsPoll ? 0 : 1;

    private static long TokensOf(UsageRecord record) => record.Usage.InputTokens + record.Usage.OutputTokens;
}
