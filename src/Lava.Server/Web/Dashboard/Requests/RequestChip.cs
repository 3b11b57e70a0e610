namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>A filter that is set.</summary>
/// <param name="Parameter">Its parameter of the address.</param>
/// <param name="Value">The parameter's value.</param>
/// <param name="Label">What it filters by, for people.</param>
internal sealed record RequestChip(string Parameter, string Value, string Label);
