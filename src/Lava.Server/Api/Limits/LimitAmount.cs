using Lava.Core.Accounts;

namespace Lava.Server.Api.Limits;

/// <summary>How much of a unit: a whole number, or money as a decimal string.</summary>
internal readonly record struct LimitAmount(LimitUnit Unit, long Amount);
