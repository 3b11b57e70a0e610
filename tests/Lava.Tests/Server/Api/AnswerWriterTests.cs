using Lava.Core;
using Lava.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Lava.Tests.Server.Api;

public sealed class AnswerWriterTests
{
    public static TheoryData<ErrorCode, string> Errors => new()
    {
        { ErrorCode.StoreUnavailable, "1" },
        { ErrorCode.JournalUnavailable, "1" },
        { ErrorCode.Overloaded, "1" },
        { ErrorCode.Internal, "" },
        { ErrorCode.NotFound, "" },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Write_Error_SaysWhenToTryAgainWhereThatHelps(ErrorCode error, string seconds)
    {
        var http = new DefaultHttpContext();

        await AnswerWriter.WriteAsync(http, error, "Not now");

        Assert.Equal((error.Status, seconds), (http.Response.StatusCode, http.Response.Headers.RetryAfter.ToString()));
    }
}
