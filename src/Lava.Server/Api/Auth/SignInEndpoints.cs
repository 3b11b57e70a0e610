using System.Globalization;
using System.Net;
using System.Text;
using Lava.Core;
using Lava.Core.Accounts;
using Lava.Server.Api.SecretKeys;
using Microsoft.AspNetCore.WebUtilities;

namespace Lava.Server.Api.Auth;

/// <summary>
/// Signing in a command line: <c>/auth/connect</c> in a browser gives a code to the program that waits on this machine, which changes it
/// for a secret key at <c>/v1/auth/callback</c>.
/// </summary>
internal sealed class SignInEndpoints(ManagementDependencies dependencies)
{
    // The contract's figure for a key, and far beyond what people type.
    private const int CallsPerMinute = 100;

    // Of one account, from whatever addresses: people who sign in, and far too few to take all the codes that there are.
    private const int TriesPerMinute = 10;
    private const int FormBytesMax = 8 * 1024;
    private const int FormFieldsMax = 16;

    private readonly LoginCodes _codes = new(dependencies.Time);
    private readonly SecretKeyEndpoints _keys = new(dependencies, dependencies.Gate);
    private readonly CallRates<IPAddress> _rates = new(CallsPerMinute, dependencies.Time);
    private readonly CallRates<(Guid Merchant, UInt256 Key)> _tries = new(TriesPerMinute, dependencies.Time);

    public void Map(IEndpointRouteBuilder routes, IEndpointRouteBuilder group, ApiHandler handler)
    {
        foreach (var path in new[] { ConnectRequest.Path, ConnectRequest.OlderPath })
        {
            new ResourceRoutes(routes, handler, path)
                .Open(HttpMethods.Get, handler.HandleAnyone(_rates, ShowAsync))
                .Open(HttpMethods.Post, handler.HandleAnyone(_rates, AllowAsync))
                .End();
        }

        new ResourceRoutes(group, handler, "/auth/callback").Open(HttpMethods.Post, handler.HandleAnyone(_rates, ExchangeAsync)).End();
    }

    private static Task ShowAsync(HttpContext http)
    {
        var query = http.Request.Query;
        return ConnectRequest.Read(query["state"], query["port"]) is { } request
            ? WriteAsync(http, StatusCodes.Status200OK, ConnectPage.Form(request, null))
            : WriteAsync(http, StatusCodes.Status400BadRequest, ConnectPage.Refusal);
    }

    private async Task AllowAsync(HttpContext http)
    {
        var form = await ReadFormAsync(http);
        if (ConnectRequest.Read(form.GetValueOrDefault("state"), form.GetValueOrDefault("port")) is not { } request)
        {
            await WriteAsync(http, StatusCodes.Status400BadRequest, ConnectPage.Refusal);
            return;
        }

        var digest = SecretKeyText.Digest(form.GetValueOrDefault("key").ToString().Trim());
        var isKnown = dependencies.Accounts.Current.SecretKeys.TryGetValue(digest, out var key);

        // A key that is not known has a bound of its own, the same: too many tries are answered alike for every key.
        var tried = _tries.Take(isKnown ? (key!.Merchant.Id, default) : (default, digest));
        if (!tried.IsAllowed)
        {
            tried.Tell(http.Response.Headers);
        }
        else if (!isKnown)
        {
            var wrong = ConnectPage.Form(request, "This is no secret key that is known here.");
            await WriteAsync(http, StatusCodes.Status401Unauthorized, wrong);
        }
        else if (_codes.Issue(digest) is { } code)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers.Location = request.Callback(code);
        }
        else
        {
            var busy = ConnectPage.Form(request, "Too many sign-ins at once. Try again in a minute.");
            await WriteAsync(http, StatusCodes.Status503ServiceUnavailable, busy);
        }
    }

    private async Task ExchangeAsync(HttpContext http)
    {
        var body = await BodyReader.ReadAsync(http.Request, http.RequestAborted);
        var code = body.RequiredText("code");
        body.Errors.ThrowIfAny();

        // The key may have been deleted since.
        if (!_codes.TryTake(code, out var digest) || !dependencies.Accounts.Current.SecretKeys.TryGetValue(digest, out var allowedBy))
        {
            throw new ApiException(ErrorCode.InvalidCredential, "The code is unknown, used or older than a minute");
        }

        var merchant = allowedBy.Merchant;
        var account = await dependencies.Stores.Merchants.FindOfAccountAsync(merchant.Id, merchant.IsTest, http.RequestAborted)
            ?? throw ApiException.NotFound("account");
        var day = dependencies.Time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (record, key) = await _keys.MakeAsync(merchant, $"Command line, {day}", http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        await AnswerWriter.WriteAsync(
            http,
            StatusCodes.Status200OK,
            new CredentialsView(
                Format(IdPrefix.Wallet, merchant, merchant.Id),
                Format(IdPrefix.SecretKey, merchant, record.Id),
                key,
                Format(IdPrefix.Merchant, merchant, merchant.Id),
                Ids.Format(IdPrefix.Account, test: false, account.AccountId),
                null,
                null));
    }

    private static string Format(string prefix, Merchant merchant, Guid id) => Ids.Format(prefix, merchant.IsTest, id);

    private static async Task<Dictionary<string, Microsoft.Extensions.Primitives.StringValues>> ReadFormAsync(HttpContext http)
    {
        if (http.Request.ContentLength is not <= FormBytesMax)
        {
            throw new ApiException(ErrorCode.BodyTooLarge, $"The form must have a length of at most {FormBytesMax} bytes");
        }

        try
        {
            using var reader = new FormReader(http.Request.Body, Encoding.UTF8) { ValueCountLimit = FormFieldsMax };
            return await reader.ReadFormAsync(http.RequestAborted);
        }
        catch (InvalidDataException malformed)
        {
            throw new ApiException(ErrorCode.InvalidRequest, malformed.Message);
        }
    }

    private static async Task WriteAsync(HttpContext http, int status, string page)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ConnectPage.Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(page);
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }
}
