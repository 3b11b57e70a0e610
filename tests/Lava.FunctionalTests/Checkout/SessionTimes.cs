using Lava.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace Lava.FunctionalTests.Checkout;

/// <summary>
/// Lets the time of a session pass: <c>POST /{what}/{session}</c>, for tests in another process. The server goes by PostgreSQL's clock,
/// which nobody can move.
/// </summary>
internal sealed class SessionTimes : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Acts = new()
    {
        ["expire"] = "update checkout_sessions set expires_at = now() where checkout_session_id = $1",
        ["let-resend"] = "update checkout_sessions set code_sent_at = code_sent_at - interval '31 s' where checkout_session_id = $1",
        ["expire-code"] = "update checkout_sessions set code_sent_at = code_sent_at - interval '10 min' where checkout_session_id = $1",
        ["expire-quote"] = "update checkout_sessions set quoted_at = quoted_at - interval '15 min' where checkout_session_id = $1",
        ["end-cycle"] = """
            with ended as (
              select s.subscription_id as id, date_trunc('second', clock_timestamp()) - interval '1 month' as began
              from subscriptions s join checkout_sessions c on c.customer_id = s.customer_id
              where c.checkout_session_id = $1 and s.cancelled_at is null and s.cycle_index = 0),
            cycles as (
              update subscription_cycles c set starts_at = began, ends_at = began + interval '1 month' from ended
              where c.subscription_id = ended.id)
            update subscriptions s set anchor_at = began, cycle_start_at = began, cycle_end_at = began + interval '1 month' from ended
            where s.subscription_id = ended.id
            """,
        ["expire-visit"] = "update checkout_sessions set verified_at = verified_at - interval '30 min' where checkout_session_id = $1",
    };

    private readonly NpgsqlDataSource _database;
    private readonly WebApplication _app;

    private SessionTimes(string database)
    {
        _database = NpgsqlDataSource.Create(database);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(PassAsync);
    }

    public string Url => _app.Urls.Single();

    public static async Task<SessionTimes> StartAsync(string database)
    {
        var times = new SessionTimes(database);
        await times._app.StartAsync();
        return times;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task PassAsync(HttpContext http)
    {
        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(Ids.TryParse(IdPrefix.CheckoutSession, parts[1], out var session));
        await using var command = _database.CreateCommand(Acts[parts[0]]);
        command.Parameters.Add(new() { Value = session });
        var isThere = await command.ExecuteNonQueryAsync() == 1;
        http.Response.StatusCode = isThere ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound;
    }
}
