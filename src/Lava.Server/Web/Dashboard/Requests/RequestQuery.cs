using Lava.Postgres;

namespace Lava.Server.Web.Dashboard.Requests;

/// <summary>Which requests an address asks for.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="CanMatch">False: a name or id that is nobody's here, or a value that can't be read; nothing matches.</param>
/// <param name="Chips">The filters that are set, in the form's order.</param>
/// <param name="Problems">What can't be read, for people.</param>
internal sealed record RequestQuery(
    RequestFilter Filter, bool CanMatch, IReadOnlyList<RequestChip> Chips, IReadOnlyList<string> Problems);
