using Lava.Core;

namespace Lava.Postgres;

/// <summary>The requests of one hour or day, and of one group where the report has groups.</summary>
/// <param name="Start">Start of the hour or day in the report's own time zone.</param>
/// <param name="Text">The model or provider; null in other reports and where a request has none.</param>
/// <param name="Id">The meter or customer; null in other reports and where a request has none.</param>
/// <param name="Requests">How many.</param>
/// <param name="Tokens">Input and output tokens.</param>
/// <param name="Cost">What the providers ask.</param>
/// <param name="Charge">What customers were charged.</param>
public sealed record UsageSum(DateTime Start, string? Text, Guid? Id, long Requests, long Tokens, Money Cost, Money Charge);
