using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Postgres;

namespace Lava.Server.Api;

/// <summary>One authenticated management call: what it asks and the ways to answer it.</summary>
internal sealed class ApiCall(HttpContext http, Merchant merchant, ManagementDependencies dependencies)
{
    /// <summary>The longest wait for the flusher, which moves a batch in tens of milliseconds: a caller rather hears "later".</summary>
    public static readonly TimeSpan CaughtUpMax = TimeSpan.FromSeconds(2);

    public Merchant Merchant { get; } = merchant;

    public CancellationToken Aborted => http.RequestAborted;

    public ApiQuery Query { get; } = new(http.Request.Query);

    /// <summary>Where people find this server, by its setting or as the caller did: a URL that ends with a slash.</summary>
    public string Server => dependencies.PublicUrl ?? $"{http.Request.Scheme}://{http.Request.Host}/";

    /// <summary>The id in the path.</summary>
    public string Id => (string)http.Request.RouteValues["id"]!;

    /// <summary>Another part of the path, by its name in the route.</summary>
    public string Part(string name) => (string)http.Request.RouteValues[name]!;

    public Task<RequestBody> ReadBodyAsync() => BodyReader.ReadAsync(http.Request, Aborted);

    /// <summary>The public form of an id.</summary>
    public string Format(string prefix, Guid id) => Ids.Format(prefix, Merchant.IsTest, id);

    /// <summary>The customer that the path names, as the gateway knows it.</summary>
    public Customer FindCustomer() => TryFindCustomer(Id) ?? throw ApiException.NotFound("customer");

    /// <summary>A customer by id or reference id; null where this merchant has none.</summary>
    public Customer? TryFindCustomer(string idOrReference)
    {
        var accounts = dependencies.Accounts.Current;

        // Routing leaves an encoded slash as it is: it may belong to the reference id, or be how a caller wrote a slash.
        return accounts.TryFindCustomer(Merchant.Id, Encoding.UTF8.GetBytes(idOrReference), out var customer)
            || accounts.TryFindCustomer(Merchant.Id, Encoding.UTF8.GetBytes(WithSlashes(idOrReference)), out customer)
            ? customer
            : null;
    }

    /// <summary>Waits until PostgreSQL has everything that was acknowledged before this call.</summary>
    /// <exception cref="StoreUnavailableException">It has not, within the limit.</exception>
    public async Task CatchUpAsync()
    {
        using var limit = new CancellationTokenSource(CaughtUpMax, dependencies.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, Aborted);
        var caughtUp = false;
        try
        {
            caughtUp = await dependencies.FlushPosition.CaughtUpAsync(either.Token);
        }
        catch (OperationCanceledException) when (!Aborted.IsCancellationRequested)
        {
            // The limit: answered below.
        }

        if (!caughtUp)
        {
            throw new StoreUnavailableException("PostgreSQL has not caught up with the journal.");
        }
    }

    public Task OkAsync<T>(T value) => AnswerWriter.WriteAsync(http, StatusCodes.Status200OK, value);

    public Task AnswerAsync<T>(int status, T value) => AnswerWriter.WriteAsync(http, status, value);

    public Task CreatedAsync<T>(T value) => AnswerWriter.WriteAsync(http, StatusCodes.Status201Created, value);

    private static string WithSlashes(string text) => text.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
