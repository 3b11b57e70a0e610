using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;
using Lava.Server.Api;
using Lava.Server.Web.Dashboard.Frame;
using Lava.Server.Web.Dashboard.Operations;
using Lava.Server.Web.Dashboard.Overview;
using Lava.Server.Web.Dashboard.Sessions;

namespace Lava.Server.Web.Dashboard;

/// <summary>What the dashboard's pages work with.</summary>
internal sealed record DashboardParts
{
    /// <summary>Who may sign in, and whose data there are.</summary>
    public required Snapshot<AccountSnapshot> Accounts { get; init; }

    /// <summary>The API, for everything that it has.</summary>
    public required ApiLoopback Api { get; init; }

    /// <summary>What the API itself works with: live balances, prices, meters.</summary>
    public required ManagementDependencies Management { get; init; }

    /// <summary>The stores that the dashboard asks beyond the API, over connections that only read.</summary>
    public required StoreSource Reading { get; init; }

    /// <summary>How much needs attention, for menus.</summary>
    public required AttentionCounts Attention { get; init; }

    /// <summary>Who has signed in.</summary>
    public required DashboardSessions Sessions { get; init; }

    /// <summary>The cookie.</summary>
    public required SessionCookie Cookie { get; init; }

    /// <summary>The link that the server printed.</summary>
    public required OneTimeLink Link { get; init; }

    /// <summary>How far PostgreSQL has what is durable.</summary>
    public required IFlushPosition FlushPosition { get; init; }

    /// <summary>A number that changes when PostgreSQL has taken in more calls, or more refusals.</summary>
    public required Func<long> Position { get; init; }

    /// <summary>Is PostgreSQL there?</summary>
    public required Func<PostgresState> Postgres { get; init; }

    /// <summary>What the operator's page shows.</summary>
    public OperationsParts? Operations { get; init; }

    /// <summary>Where browsers find this server, with a slash at its end; null: wherever they say.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Over the API's own parts and the database.</summary>
    public static DashboardParts Create(
        ManagementDependencies management, Database database, ReadOnlySpan<byte> masterKey, Func<long> position) => new()
        {
            Accounts = management.Accounts,
            Api = new ApiLoopback(),
            Management = management,
            Reading = database.Reading,
            Attention = OverviewAttention.Counts(database.Reading, management.Time),
            Sessions = new DashboardSessions(management.Stores, management.Accounts, management.Time),
            Cookie = new SessionCookie(masterKey, management.PublicUrl),
            Link = new OneTimeLink(management.Time),
            FlushPosition = management.FlushPosition,
            Position = position,
            Postgres = () => database.State,
            PublicUrl = management.PublicUrl,
            Time = management.Time,
        };
}
