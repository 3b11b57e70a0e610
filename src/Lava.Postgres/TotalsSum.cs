using Lava.Core;

namespace Lava.Postgres;

/// <summary>What a group adds up to between two edges of time.</summary>
/// <param name="Bucket">After which edge, from 0.</param>
/// <param name="Key">
/// The group: a model, a provider, or an id as PostgreSQL writes it; "" where there is none. Null: all groups that are not among the
/// largest, together.
/// </param>
/// <param name="Requests">Requests.</param>
/// <param name="Errors">Of those, how many ended in an error.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="Cost">What providers ask.</param>
/// <param name="Charge">What customers were charged.</param>
public sealed record TotalsSum(int Bucket, string? Key, long Requests, long Errors, long Tokens, Money Cost, Money Charge);
