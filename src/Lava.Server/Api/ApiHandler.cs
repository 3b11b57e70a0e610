using System.Net;
using Lava.Core;
using Lava.Postgres;

namespace Lava.Server.Api;

/// <summary>What every management call has in common: authentication, and one place where failures become answers.</summary>
internal sealed partial class ApiHandler(ManagementDependencies dependencies, ILogger<ApiHandler> log)
{
    /// <summary>
    /// Calls at once: each may hold a body of 1 MiB and wait for one of the store's 20 connections. More would wait for longer than their
    /// callers do.
    /// </summary>
    public const int ConcurrentCalls = 1_000;

    private readonly CallRates<Guid> _rates = new(dependencies.CallsPerMinute, dependencies.Time);
    private int _running;

    /// <summary>A request delegate that authenticates and runs <paramref name="handle"/>.</summary>
    public RequestDelegate Handle(Func<ApiCall, Task> handle) => http => RunAsync(http, handle);

    /// <summary>A request delegate for whoever has no key yet: <paramref name="rates"/> bounds what one address may try.</summary>
    public RequestDelegate HandleAnyone(CallRates<IPAddress> rates, Func<HttpContext, Task> handle) => http => RunAsync(http, () =>
    {
        rates.Take(http.Connection.RemoteIpAddress ?? IPAddress.None).Tell(http.Response.Headers);
        return handle(http);
    });

    private Task RunAsync(HttpContext http, Func<ApiCall, Task> handle) => RunAsync(http, () =>
    {
        if (http.Features.Get<SignedInMerchant>() is { } signedIn)
        {
            return handle(new ApiCall(http, signedIn.Merchant, dependencies));
        }

        var key = KeyAuthentication.Authenticate(http.Request, dependencies.Accounts.Current);
        _rates.Take(key.Id).Tell(http.Response.Headers);
        return handle(new ApiCall(http, key.Merchant, dependencies));
    });

    private async Task RunAsync(HttpContext http, Func<Task> run)
    {
        try
        {
            if (Interlocked.Increment(ref _running) > ConcurrentCalls)
            {
                throw new ApiException(ErrorCode.Overloaded, "Too many calls at once, try again later");
            }

            await run();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to read an answer.
        }
        catch (Exception failure) when (!http.Response.HasStarted)
        {
            await AnswerAsync(http, failure);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private Task AnswerAsync(HttpContext http, Exception failure)
    {
        switch (failure)
        {
            case ApiException expected:
                return AnswerWriter.WriteAsync(http, expected.Error, expected.Message, expected.Details, expected.RetryAfter);
            case NameTakenException taken:
                return AnswerWriter.WriteAsync(http, ErrorCode.Conflict, $"{taken.Field} is taken");
            case StoreRefusedException refused:
                return AnswerWriter.WriteAsync(http, ErrorCode.InvalidParameter, $"A value can't be stored: {refused.Message}");
            case StoreUnavailableException unavailable:
                LogUnavailable(log, unavailable, http.Request.Path);
                return AnswerWriter.WriteAsync(http, ErrorCode.StoreUnavailable, "The database is not available, try again later");
            case FencedException fenced:
                LogUnavailable(log, fenced, http.Request.Path);
                return AnswerWriter.WriteAsync(http, ErrorCode.StoreUnavailable, "Another process has taken over this node: call that one");
            case BadHttpRequestException bad:
                var error = bad.StatusCode == ErrorCode.BodyTooLarge.Status ? ErrorCode.BodyTooLarge : ErrorCode.InvalidRequest;
                return AnswerWriter.WriteAsync(http, error, bad.Message);
            default:
                LogFault(log, failure, http.Request.Path);
                return AnswerWriter.WriteAsync(http, ErrorCode.Internal, "Internal error");
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: PostgreSQL is not available to this process")]
    private static partial void LogUnavailable(ILogger log, Exception exception, PathString path);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} failed")]
    private static partial void LogFault(ILogger log, Exception exception, PathString path);
}
